# Predicted against measured times, with intervals, by class of kernel.
#
#     gnuplot -c results/plots/parity.gp DATA OUT CAPTION
#
# DATA: a block for each class, two empty lines apart: a line with its name, then measured, predicted, low and high in us.
# OUT: a file that ends in .svg or .png, or - for the terminal.
data = ARG1
out = ARG2
caption = ARG3

text = out eq "-"
png = strlen(out) > 4 && out[strlen(out) - 3:] eq ".png"
if (text) {
    set terminal dumb 112 40 noenhanced
} else {
    if (png) {
        set terminal pngcairo size 1150,860 font "DejaVu Sans,14" noenhanced background "white"
    } else {
        set terminal svg size 920,690 font "DejaVu Sans,14" noenhanced background "white"
    }
    set output out
}

# Okabe and Ito 2008: colours that stay apart without red or green; shapes stay apart without colours.
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000 #999999"
shapes = "7 5 9 13 11 15 6 4 8 12 10 14"
colour(i) = word(colours, i % words(colours) + 1)
shape(i) = int(word(shapes, i % words(shapes) + 1))

stats data using 1:2 nooutput
low = STATS_min_x < STATS_min_y ? STATS_min_x : STATS_min_y
high = STATS_max_x > STATS_max_y ? STATS_max_x : STATS_max_y
blocks = int(STATS_blocks)

set title caption
set xlabel "measured, us"
set ylabel "predicted, us"
set logscale xy
set xrange [low / 1.6 : high * 1.6]
set yrange [low / 1.6 : high * 1.6]
set format xy "%g"
set key outside right top reverse Left
set grid lc rgb "#dddddd"
if (!text) {
    set size square
    set bars small
}

if (text) {
    set key inside left top
    plot x notitle with lines dashtype 3, \
         for [i = 0 : blocks - 1] data index i using 1:2 title columnheader(1) with points
} else {
    plot x title "predicted = measured" with lines lc rgb "#444444" lw 1, \
         1.2 * x title "20 % off" with lines lc rgb "#999999" dashtype 2, \
         x / 1.2 notitle with lines lc rgb "#999999" dashtype 2, \
         for [i = 0 : blocks - 1] data index i using 1:2:3:4 notitle \
             with yerrorbars lc rgb colour(i) lw 0.7 pt 0, \
         for [i = 0 : blocks - 1] data index i using 1:2 title columnheader(1) \
             with points lc rgb colour(i) pt shape(i) ps 0.8
}
