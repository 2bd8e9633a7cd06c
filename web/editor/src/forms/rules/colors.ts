/** The colour of an output that a rule makes; the canvas paints its stripe in the same. */
const colors = ['common', 'messaging', 'function', 'parser', 'sequence', 'storage', 'network'];
export const portColor = (i: number): string => `var(--cat-${colors[i % colors.length]})`;
