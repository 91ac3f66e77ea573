import type { z } from 'zod';
import { completed } from './mode-defaults.js';
import { settingsSchema } from './settings.schema.js';

/** Every setting as the gateway uses it: given settings and defaults of the mode. */
export const configSchema = settingsSchema.transform(completed);

export type Config = z.infer<typeof configSchema>;
export type { JwtAuthenticatorConfig } from './settings.schema.js';
