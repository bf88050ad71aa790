const pattern = new RegExp(process.env.ATTACKS ?? '.');

/** ATTACKS='hello|typing' runs only what has one of these in its name. */
export const isChosen = ({ name }) => pattern.test(name);
