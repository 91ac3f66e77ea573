import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../../core/rotation-limits.js';
import type { SingleValueGenerator } from '../rotation-spec.js';
import { passwordProblems } from './password-rules.js';

/** Returns why a generator of one value is refused. Pointers start at the generator. */
export function singleValueProblems(generator: SingleValueGenerator): readonly FieldError[] {
  switch (generator.kind) {
    case 'password':
      return passwordProblems(generator.password).map(({ pointer, reason }) => {
        return { pointer: `/password${pointer}`, reason };
      });
    case 'bytes': {
      const reason = sizeReason(generator.bytes.sizeBytes);
      return reason === undefined ? [] : [{ pointer: '/bytes/size', reason }];
    }
    case 'uuid':
      return [];
  }
}

function sizeReason(sizeBytes: number): string | undefined {
  const { generatedBytesMin, generatedBytesMax } = rotationLimits;
  if (sizeBytes >= generatedBytesMin && sizeBytes <= generatedBytesMax) return undefined;
  return `must be from ${generatedBytesMin} to ${generatedBytesMax}`;
}
