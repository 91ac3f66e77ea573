type Method = (...args: unknown[]) => unknown;

const iterators = [new Map().values(), new Set().values(), [].values()].map(
  (iterator) => Object.getPrototypeOf(iterator) as object,
);
/** Methods that take one step, whatever the collection contains. */
const constant: readonly (readonly [object, readonly string[]])[] = [
  [Map.prototype, ['get', 'set', 'has', 'delete']],
  [Set.prototype, ['add', 'has', 'delete']],
  ...iterators.map((prototype) => [prototype, ['next']] as const),
];
/** Methods whose steps are as many as the array has elements. */
const linear = ['shift', 'unshift', 'splice', 'indexOf', 'includes', 'filter', 'find', 'slice'];

/** Counts the steps that code takes in collections: elements that it visits, moves or looks up. */
export async function countedSteps(act: () => Promise<void>): Promise<number> {
  let steps = 0;
  const restored: (() => void)[] = [];
  const replace = (prototype: object, name: string, stepsOf: (self: unknown) => number): void => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor === undefined) throw new Error(`no method ${name}`);
    const original = descriptor.value as Method;
    const value = function counted(this: unknown, ...args: unknown[]): unknown {
      steps += stepsOf(this);
      return original.apply(this, args);
    };
    Object.defineProperty(prototype, name, { ...descriptor, value });
    restored.push(() => Object.defineProperty(prototype, name, descriptor));
  };
  for (const [prototype, names] of constant) {
    for (const name of names) replace(prototype, name, () => 1);
  }
  for (const name of linear) {
    replace(Array.prototype, name, (self) => (self as readonly unknown[]).length);
  }
  try {
    await act();
  } finally {
    for (const restore of restored) restore();
  }
  return steps;
}
