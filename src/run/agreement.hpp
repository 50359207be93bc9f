#pragma once

#include "io/fingerprint.hpp"
#include "run/crew.hpp"

namespace qbatt {

/// What the processes of a crew have to have in common, so that rows do not depend on which of them computes them. Both are called
/// by all, before anything is computed, and throw an InputError on all, with one line that names two processes and the difference.

/// Has every process compute with the best instruction set that all of them have. Throws where they are not of one build.
void agree_on_instruction_set(Crew& crew);

/// Throws unless all were given the same.
void check_same_work(Crew& crew, const Fingerprint& mine);

}  // namespace qbatt
