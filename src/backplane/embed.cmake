# Writes IN as a C++ raw string literal to OUT.
file(READ ${IN} text)
file(WRITE ${OUT} "R\"text(${text})text\"\n")
