# --- Points, some of them joined by a line, the many behind the few small and grey --------------------------------------------
if (text) {
    plot for [i in faint] data index at(i) - 1 using 1:2 title name[at(i)] with points pt '.', \
         for [i in joined] data index at(i) - 1 using 1:2 with lines lt at(i), \
         for [i in plain] data index at(i) - 1 using 1:2 title name[at(i)] with points pt letter(number[at(i)])
} else {
    plot for [i in faint] data index at(i) - 1 using 1:2 title name[at(i)] with points lc rgb '#B8B8B8' pt 7 ps 0.3, \
         for [i in joined] data index at(i) - 1 using 1:2 with lines lc rgb colour(number[at(i)]) lw 1.5, \
         for [i in spread] data index at(i) - 1 using 1:2:3:4 with yerrorbars lc rgb colour(number[at(i)]) lw 0.8 pt 0, \
         for [i in plain] data index at(i) - 1 using 1:2:(size($5)) title name[at(i)] with points \
             lc rgb colour(number[at(i)]) pt shape(number[at(i)]) ps variable
}
