# --- Lying bars, each stacked of the series' pieces ---------------------------------------------------------------------------
set tics scale 0.5
if (text) {
    plot for [i = 1 : series] data index i - 1 using 1:2 title name[i] with points pt letter(number[i])
} else {
    unset grid
    set grid xtics back lc rgb '#DADADA' lw 0.7 dt 1
    set ytics scale 0
    set style fill solid 1 border lc rgb '#333333'
    plot for [i = 1 : series] data index i - 1 using (($2 + $3) / 2):1:2:3:($1 - 0.36):($1 + 0.36) title name[i] \
             with boxxyerror fc rgb fill(number[i]) lw 0.7
}
