import type { z } from 'zod';
import { completed } from './mode-defaults.js';
import { settingsSchema } from './settings.schema.js';

/** Every setting as the gateway uses it: what was said, and what the mode has filled in. */
export const configSchema = settingsSchema.transform(completed);

export type Config = z.infer<typeof configSchema>;
export type { JwtAuthenticatorConfig } from './settings.schema.js';
