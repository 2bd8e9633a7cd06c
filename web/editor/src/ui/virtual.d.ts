type IconShapes = [tag: string, attrs: Record<string, string | number>][];

declare module 'virtual:icons' {
  const icons: Record<string, IconShapes>;
  export default icons;
}
declare module 'virtual:icons/all' {
  const icons: Record<string, IconShapes>;
  export default icons;
}
