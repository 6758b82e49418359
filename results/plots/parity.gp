# --- Predicted against measured, with intervals -------------------------------------------------------------------------------
if (text) {
    plot x title 'predicted = measured' with lines lt 4, \
         for [i in plain] data index at(i) - 1 using 1:2 title name[at(i)] with points pt letter(number[at(i)])
} else {
    plot x title 'predicted = measured' with lines lc rgb '#444444' lw 1.2, \
         1.2 * x title '20 % off' with lines lc rgb '#888888' dt 2, \
         x / 1.2 with lines lc rgb '#888888' dt 2, \
         for [i in spread] data index at(i) - 1 using 1:2:3:4 with yerrorbars lc rgb colour(number[at(i)]) lw 0.7 pt 0, \
         for [i in plain] data index at(i) - 1 using 1:2:(0.75) title name[at(i)] with points \
             lc rgb colour(number[at(i)]) pt shape(number[at(i)]) ps variable
}
