import type { StatusCause } from '@sallyport/kube-sandbox/admission';

/** Causes that keep the API server from checking the rules of a definition. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Rule of a definition, applied to one object. */
export interface Rule {
  readonly holds: boolean;
  readonly message: string;
  /** Text that breaks the rule, if the rule is about one text: the API server quotes it. */
  readonly text?: string;
}

/** Cause that the API server reports instead of those of the rules. */
export const unchecked: StatusCause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; ' +
    'correct the existing errors to complete validation',
  field: '<nil>',
};

/** Reports whether the schema has found causes that keep the API server from checking the rules. */
export function isBlocked(schemaCauses: readonly StatusCause[]): boolean {
  return schemaCauses.some(({ reason }) => BLOCKING.has(reason));
}

/** Returns a cause for each rule that does not hold. */
export function broken(field: string, ...rules: readonly Rule[]): readonly StatusCause[] {
  return rules
    .filter(({ holds }) => !holds)
    .map(({ message, text }) => {
      const value = text === undefined ? '' : `${JSON.stringify(text)}: `;
      return { reason: 'FieldValueInvalid', message: `Invalid value: ${value}${message}`, field };
    });
}
