/** Height of a row in the list of matters, px: the list draws only what is seen, so all rows are equally high. */
export const rowHeight = 98
