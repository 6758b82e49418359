# --- A value in each cell of a grid -------------------------------------------------------------------------------------------
# Cividis (Nunez, Anderton, Renslow 2018): even in grey, and the same without red or green.
set palette defined (0 '#00224E', 1 '#123570', 2 '#3B496C', 3 '#575D6D', 4 '#707173', 5 '#8A8678', 6 '#A59C74', \
                     7 '#C3B369', 8 '#E1CC55', 9 '#FEE838')
levels = '. : - = + * # % @'
if (text) {
    unset border
    set tics scale 0
    if (sampled) {
        plot for [i = 1 : series] data index i - 1 using 1:2 title name[i] with points pt word(levels, number[i] + 1)
    } else {
        plot data using 1:2 with points pt '.'
    }
} else {
    unset grid
    set tics out
    set border 15 lc rgb '#444444'
    set colorbox user origin key_x, graph 0.02 size 0.02, graph 0.9
    set cbtics scale 0.4
    set label bar_label at screen bar_x, screen bar_y center rotate by 90 font plain_size
    if (columns > 1 && rows > 1) {
        plot data using 1:2:3 with image
    } else { # gnuplot's images begin with 2 x 2
        set style fill solid 1 noborder
        plot data using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):3 with boxxyerror fc palette
    }
}
