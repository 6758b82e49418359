# --- Style: what all kinds share. Above: what is drawn; below: how its kind is drawn. ---------------------------------------
set encoding utf8
text = out eq '-'
png = strlen(out) > 4 && out[strlen(out) - 3:] eq '.png'
if (text) {
    if (sampled) {
        set terminal dumb size width,height noenhanced mono nofeed
    } else {
        set terminal dumb size 118,40 noenhanced mono nofeed
    }
} else {
    if (png) {
        set terminal pngcairo size 1.5 * width,1.5 * height fontscale 1.5 linewidth 1.5 pointscale 1.5 \
            font 'DejaVu Sans,9' noenhanced background 'white'
    } else {
        set terminal svg size width,height font 'DejaVu Sans,12' noenhanced background 'white' name id
    }
    set output out
}
# A px of the svg is three quarters of a png's point.
small = png ? ',8.25' : ',11'; plain_size = png ? ',9' : ',12'; large = png ? ',11.25' : ',15'

# Okabe and Ito 2008: colours that stay apart without red or green; shapes and dashes stay apart without colours.
colours = '#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000 #999999'
# The same, light enough for black letters on them, neighbours apart in grey.
fills = '#56B4E9 #F0E442 #CC79A7 #8FD3BE #E69F00 #D9D9D9 #7FB2D9 #F2C6A0'
shapes = '7 5 9 13 11 15 6 4 8 12 10 14'
letters = 'A B C D E F G H I J K L M N O P Q R S T U V W X Y Z'
colour(i) = word(colours, (i + 8) % 8 + 1)
fill(i) = word(fills, i % words(fills) + 1)
# The number of a word of a list; a list without words is looked into once all the same.
at(word) = word eq '' ? 1 : int(word)
shape(i) = int(word(shapes, (i + 12) % 12 + 1))
dash(i) = i % 5 + 1
letter(i) = word(letters, i % words(letters) + 1)
size(weight) = weight < 0 ? 0.9 : 0.5 + 2.6 * sqrt(weight)

set key at screen key_x, screen key_y left top Left reverse samplen 2 spacing 1.15 noautotitle
if (text) {
    set border 3
    set tics nomirror
    if (sampled) { unset key }
} else {
    set border 3 lc rgb '#444444'
    set tics nomirror textcolor rgb '#000000'
    set grid back lc rgb '#DADADA' lw 0.7 dt 1
    set errorbars small
}
