import { z } from 'zod';
import { keySchema, namespaceSchema, secretNameSchema } from './domain/parameter-schemas.js';

export const path = '/v1/namespaces/:namespace/secrets';
export const keyPath = `${path}/:name/keys/:key`;

export const collection = z.strictObject({ namespace: namespaceSchema });
export const item = z.strictObject({ namespace: namespaceSchema, name: secretNameSchema });
export const keyItem = z.strictObject({
  namespace: namespaceSchema,
  name: secretNameSchema,
  key: keySchema,
});
