/** A double as the sum of two halves of at most 26 bits each (Veltkamp). */
const upperHalf = (x: number): number => {
  const scaled = 134_217_729 * x;
  return scaled - (scaled - x);
};

/**
 * What is lost when `a * b` is rounded to `product` (Dekker's TwoProduct): `a * b = product + productError(a, b, product)` exactly, as long as
 * nothing overflows (magnitudes up to 1e145) and the error is not below the smallest double (products above 1e-290).
 */
export const productError = (a: number, b: number, product: number): number => {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
};
