import { Buffer } from 'node:buffer';
import { rotationLimits } from '../../core/rotation-limits.js';
import { SecretValue } from '../../core/secret-value.js';
import {
  type TemplateFilter,
  type TemplatePlace,
  parseTemplate,
  percentEncoded,
} from '../domain/generated/template.js';
import { GeneratorFault } from './generator-fault.js';

/** Meanings of names in templates: generated keys first, then facts. */
export interface TemplateNames {
  readonly values: ReadonlyMap<string, SecretValue>;
  readonly facts: Readonly<Record<string, string>>;
}

/** Renders the text of a template. Throws GeneratorFault. */
export function renderTemplate(key: string, template: string, names: TemplateNames): SecretValue {
  const parsed = parseTemplate(template);
  if ('problem' in parsed) throw new GeneratorFault(key, `its template ${parsed.problem}`);
  let text = '';
  for (const part of parsed.parts) {
    text += 'literal' in part ? part.literal : filledIn(key, part, names);
    if (text.length > rotationLimits.templatedBytesMax) {
      throw new GeneratorFault(key, 'what its template makes is larger than a Secret may be');
    }
  }
  return SecretValue.fromBytes(Buffer.from(text, 'utf8'));
}

function filledIn(key: string, { name, filters }: TemplatePlace, names: TemplateNames): string {
  const value = valueOf(name, names);
  if (value === undefined) {
    throw new GeneratorFault(key, `its template uses ${name}, which there is not`);
  }
  // Bytes that are no text still have a base64 form.
  const [first, ...others] = filters;
  if (first === 'base64') return filtered(value.revealBase64(), others);
  const text = value.revealText();
  if (text === undefined) {
    throw new GeneratorFault(key, `its template uses ${name}, which is not text`);
  }
  return filtered(text, filters);
}

function valueOf(name: string, { values, facts }: TemplateNames): SecretValue | undefined {
  const value = values.get(name);
  if (value !== undefined || !Object.hasOwn(facts, name)) return value;
  return SecretValue.fromText(facts[name] ?? '');
}

function filtered(text: string, filters: readonly TemplateFilter[]): string {
  return filters.reduce(
    (soFar, filter) =>
      filter === 'urlencode'
        ? percentEncoded(soFar)
        : Buffer.from(soFar, 'utf8').toString('base64'),
    text,
  );
}
