import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/platform/config/config-json-schema.js';

writeFileSync('sallyport.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
