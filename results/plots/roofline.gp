# --- Points under the roof that peak rate and memory put over them ------------------------------------------------------------
# Williams, Waterman, Patterson 2009, "Roofline: an insightful visual performance model".
if (text) {
    plot for [i in joined] data index at(i) - 1 using 1:2 title name[at(i)] with lines lt 4, \
         for [i in plain] data index at(i) - 1 using 1:2 title name[at(i)] with points pt letter(number[at(i)])
} else {
    plot for [i in joined] data index at(i) - 1 using 1:2 title name[at(i)] with lines lc rgb '#000000' lw 1.8, \
         for [i in spread] data index at(i) - 1 using 1:2:3:4 with yerrorbars lc rgb colour(number[at(i)] - 1) lw 0.8 pt 0, \
         for [i in plain] data index at(i) - 1 using 1:2:(size($5)) title name[at(i)] with points \
             lc rgb colour(number[at(i)] - 1) pt shape(number[at(i)] - 1) ps variable
}
