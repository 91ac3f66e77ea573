/** Keys and texts of a Secret, sorted by key: what every format writes. */
export type TextEntries = readonly (readonly [key: string, text: string])[];

/** How `env` makes names of variables from keys. */
export type NameMapping = 'upper';
