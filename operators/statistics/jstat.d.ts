/** The few functions of jstat that are used; it comes without types. */
declare module 'jstat' {
  interface Distribution<P extends ReadonlyArray<number>> {
    cdf(x: number, ...parameters: P): number;
    inv(p: number, ...parameters: P): number;
  }
  const jstat: {
    readonly studentt: Distribution<[degrees: number]>;
    readonly chisquare: Distribution<[degrees: number]>;
    readonly normal: Distribution<[mean: number, sd: number]>;
    /** ln B(a, b). */
    betaln(a: number, b: number): number;
  };
  export = jstat;
}
