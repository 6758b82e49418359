# --- Lines with the interval round them as a band ----------------------------------------------------------------------------
if (text) {
    plot for [i = 1 : series] data index i - 1 using 1:2 with lines lt number[i] + 1, \
         for [i = 1 : series] data index i - 1 using 1:($5 == 0 ? NaN : $2) title name[i] with points pt letter(number[i])
} else {
    set style fill transparent solid 0.18 noborder
    plot for [i in spread] data index at(i) - 1 using 1:3:4 with filledcurves lc rgb colour(number[at(i)]), \
         for [i = 1 : series] data index i - 1 using 1:2:($5 == 0 ? 0 : 0.55) title name[i] with linespoints \
             lc rgb colour(number[i]) lw 1.8 dt dash(number[i]) pt shape(number[i]) ps variable pi every[i]
}
