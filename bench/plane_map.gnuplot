# The picture of plane_map.csv: gnuplot -c bench/plane_map.gnuplot FOLDER
set terminal svg size 760,620 font "DejaVu Sans,14" background "white"
set output ARG1."/plane.svg"
set datafile separator ","
set xlabel "battery spins N_b"
set ylabel "charger spins N_c"
set cblabel "energy per cell at the first peak"
# viridis: readable without colours and for the colour-blind
set palette defined (0 "#440154", 0.13 "#482878", 0.25 "#3e4989", 0.38 "#31688e", 0.5 "#26828e", 0.63 "#1f9e89", 0.75 "#35b779", \
                     0.88 "#6ece58", 1 "#fde725")
set size square
set tics out
set xrange [0:*] noextend
set yrange [0:*] noextend
unset key
plot ARG1."/plane_map.csv" skip 1 using 1:2:3 with image
