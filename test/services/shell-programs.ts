import { findProgram } from './programs.js';

/** Shells that users have besides bash, which every machine of the tests has. */
export const shellPrograms = {
  zsh: () => findProgram('zsh', 'zsh'),
  fish: () => findProgram('fish', 'fish'),
} as const;
