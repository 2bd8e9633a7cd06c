/** The form of the node that is edited. */
export function Inspector() {
  return <section aria-label="Node settings" />;
}
