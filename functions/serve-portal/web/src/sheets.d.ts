/** The address of a style sheet that only some pages load. */
declare module '*.css?sheet' {
  const address: string;
  export default address;
}
