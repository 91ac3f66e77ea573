/** Proves to the compiler that a switch covers its union. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected case: ${typeof value}`);
}
