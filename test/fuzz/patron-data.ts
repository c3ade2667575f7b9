/** Of the patrons and items in these tests: in every error text that is looked through, none of it may be there. */
export const patronData = /30234|33191|Dalloway|Clarissa|clarissa|1882-06/;
