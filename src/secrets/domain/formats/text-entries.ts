/** Keys and texts of a Secret, sorted by key: what every format writes. */
export type TextEntries = readonly (readonly [key: string, text: string])[];

/** Conversion of keys to variable names in `env`. */
export type NameMapping = 'upper';
