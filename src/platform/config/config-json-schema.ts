import { z } from 'zod';
import { configSchema } from './config.schema.js';

/**
 * Returns the configuration file's JSON Schema, for editors; committed as `sallyport.schema.json`.
 */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' });
  return { title: 'Sallyport configuration', ...schema };
}
