import type { Type } from '@nestjs/common';

/** Returns the only argument of a mutation. */
export function inputOf<T>(type: Type<T>) {
  return { type: () => type, description: 'What is to be done.' } as const;
}
