import { z } from 'zod';
import { environmentLimits } from '../../core/environment-limits.js';
import type { CustomResourceKind } from '../../custom-resources/domain/custom-resource.js';
import {
  keySchema,
  pointerSchema,
  secretNameSchema,
} from '../../secrets/domain/parameter-schemas.js';
import { environmentImportSchema } from './environment-import.js';

export const environmentKind: CustomResourceKind = {
  kind: 'SecretEnvironment',
  resource: 'secretenvironments',
};

const pointer = pointerSchema
  .optional()
  .meta({ description: 'JSON pointer to a member of the document that is the value.' });

const source = {
  value: z
    .string()
    .max(environmentLimits.literalCharactersMax)
    .optional()
    .meta({ description: 'The value itself: configuration, never a secret.' }),
  secret: z
    .strictObject({
      name: secretNameSchema.meta({ description: 'Name of a Secret of the namespace.' }),
      key: keySchema.meta({ description: 'Key of the Secret.' }),
      pointer,
    })
    .optional()
    .meta({ description: 'Key of a Secret, or a member of the document in it.' }),
  import: z
    .strictObject({
      name: secretNameSchema.meta({ description: 'Name of a SecretImport of the namespace.' }),
      key: keySchema.meta({ description: 'Name of the key in the import.' }),
      pointer,
    })
    .optional()
    .meta({ description: 'Key of an import, or a member of the document in it.' }),
  template: z
    .string()
    .max(environmentLimits.templateCharactersMax)
    .optional()
    .meta({ description: 'Text with placeholders, such as `{{ NAME | urlencode }}`.' }),
};

const valueSchema = z.strictObject(source).superRefine((one, ctx) => {
  const given = Object.entries(one).flatMap(([part, of]) => (of === undefined ? [] : [part]));
  if (given.length === 1) return;
  const has = given.length === 0 ? '' : `has ${given.join(' and ')}: `;
  ctx.addIssue(`${has}must have exactly one of value, secret, import and template`);
});

/** Name of a value: that of a variable, or of a key. */
const valueName = /^[A-Za-z_][A-Za-z0-9_.-]{0,252}$/;
const valueNameSchema = z.string().regex(valueName, {
  message: 'must begin with a letter or _, and have letters, digits, _, . and -',
});

/** Spec of a SecretEnvironment: `deploy/crds/secretenvironments.yaml`. */
export const environmentSpecSchema = z.strictObject({
  description: z.string().max(1_024).optional().meta({ description: 'What uses the environment.' }),
  imports: z
    .array(environmentImportSchema)
    .max(environmentLimits.importsMax)
    .default([])
    .superRefine((names, ctx) => {
      const second = names.findIndex((name, index) => names.indexOf(name) < index);
      if (second >= 0)
        ctx.addIssue({ code: 'custom', path: [second], message: 'is there already' });
    })
    .meta({
      description:
        'Environments of the namespace, and imports as `secretimports/NAME`, whose values are ' +
        'taken; the last one wins.',
    }),
  values: z
    .record(valueNameSchema, valueSchema)
    .default({})
    .refine(
      (values) => Object.keys(values).length <= environmentLimits.valuesMax,
      `has more than ${environmentLimits.valuesMax} values`,
    )
    .meta({ description: 'Values by name; they win over imported ones.' }),
});

export type EnvironmentSpec = z.output<typeof environmentSpecSchema>;
export type ValueSource = EnvironmentSpec['values'][string];

/** Reports whether a value may have this name. */
export function isValueName(name: string): boolean {
  return valueName.test(name);
}

/** Returns the spec of a body without what a write ignores. */
export function environmentSpecOf(
  body: EnvironmentSpec & Readonly<Record<string, unknown>>,
): EnvironmentSpec {
  const { description, imports, values } = body;
  return { ...(description !== undefined && { description }), imports, values };
}
