/** Modules of admission plug-ins, which the thread of the sandbox imports. */
export const admissionModules: readonly string[] = [
  new URL('./rotation-admission.js', import.meta.url).href,
];
