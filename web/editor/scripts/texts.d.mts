export interface Found {
  file: string;
  line: number;
  text: string;
}
/** Every text in the sources that is translated. */
export function texts(root?: string): (Found & { plural: boolean })[];
/** What is wrong: texts that people see and nobody translates, calls that are made too early. */
export function faults(root?: string): (Found & { why: string })[];
