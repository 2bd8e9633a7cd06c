/** The classes of all forms. */
import base from './forms.module.css';
import tables from './tables.module.css';

const css = { ...base, ...tables };
export default css;
