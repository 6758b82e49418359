# --- Cells of a grid, each of one series --------------------------------------------------------------------------------------
if (text) {
    unset border
    set tics scale 0
    plot for [i = 1 : series] data index i - 1 using 1:2 title name[i] with points pt letter(number[i])
} else {
    unset grid
    set tics out
    set border 15 lc rgb '#444444'
    set style fill solid 1 border
    set style textbox opaque noborder fillcolor rgb 'white' margins 0.6, 0.6
    plot for [i = 1 : series] data index i - 1 using (($1 + $2) / 2):3:($1 - 0.5):($2 + 0.5):($3 - 0.5):($3 + 0.5) \
             title name[i] with boxxyerror lc rgb fill(number[i]) lw 0.5
}
