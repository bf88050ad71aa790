const pattern = new RegExp(process.env.ATTACKS ?? '.');

/** ATTACKS='hello|typing' runs only the attacks whose name matches. */
export const isChosen = ({ name }) => pattern.test(name);
