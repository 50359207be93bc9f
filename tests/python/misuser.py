"""What mypy must refuse: each line that ends in a comment of the error."""

import qbatt

qbatt.sweep(nbb=3)  # call-arg
qbatt.sweep(nb=3, solver="spectrl")  # arg-type
qbatt.curve(nb=3, populations="yes")  # arg-type
qbatt.optimum(nb=3).t_opt + qbatt.no_such_thing  # attr-defined
