import { SallyportError } from '../../core/errors/sallyport-error.js';
import { schemaLimits } from '../../core/schema-limits.js';

type Texts = Readonly<Record<string, string>> | undefined;

/**
 * Throws TooLarge for texts that are longer than the body of a validation over REST: a body of
 * GraphQL may be larger.
 */
export function refuseLongTexts(...maps: readonly Texts[]): void {
  const entries = maps.flatMap((texts = {}) => Object.entries(texts));
  const length = entries.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  const { validationBytesMax } = schemaLimits;
  if (length <= validationBytesMax) return;
  throw new SallyportError('TooLarge', `the values have more than ${validationBytesMax} bytes`);
}
