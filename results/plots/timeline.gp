# --- Bars from a beginning to an end on lines: who works when -----------------------------------------------------------------
if (text) {
    plot for [i = 1 : series] data index i - 1 using 1:2 title name[i] with points pt letter(number[i])
} else {
    unset grid
    set grid xtics back lc rgb '#DADADA' lw 0.7 dt 1
    set ytics scale 0
    set style fill solid 1 border lc rgb '#333333'
    # What is faint lies thin on the upper edge of its line.
    plot for [i in plain] data index at(i) - 1 using (($2 + $3) / 2):1:2:3:($1 - 0.36):($1 + 0.36) title name[at(i)] \
             with boxxyerror fc rgb fill(number[at(i)]) lw 0.6, \
         for [i in faint] data index at(i) - 1 using (($2 + $3) / 2):($1 - 0.45):2:3:($1 - 0.5):($1 - 0.4) title name[at(i)] \
             with boxxyerror fc rgb fill(number[at(i)]) lw 0.6
}
