/** `npm run test:long` sets it; else counts are those that a run of all tests has time for. */
export const isLong = process.env['SALLYPORT_TEST_SCALE'] === '1';

/** How often a test repeats: the whole count in a long run, else about a twentieth of it. */
export function scaled(count: number, shortCount = Math.ceil(count / 20)): number {
  return isLong ? count : shortCount;
}
