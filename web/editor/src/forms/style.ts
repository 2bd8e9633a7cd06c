/** The classes of all forms. A class stands in one of these files only: elsewhere its name is another. */
import boxes from './boxes.module.css';
import fields from './fields.module.css';
import parts from './parts.module.css';
import tables from './tables.module.css';
import values from './values.module.css';

const css = { ...fields, ...boxes, ...values, ...tables, ...parts };
export default css;
