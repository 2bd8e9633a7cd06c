/** The colour of an output that a rule makes, as a category's: its form and the stripe on the canvas wear the same. */
const categories = ['common', 'messaging', 'function', 'parser', 'sequence', 'storage', 'network'] as const;
export const portCategory = (i: number): string => categories[i % categories.length]!;
export const portColor = (i: number): string => `var(--cat-${portCategory(i)})`;
