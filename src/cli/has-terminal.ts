/** Whether a person sits at both ends. */
export const hasTerminal = (): boolean => process.stdout.isTTY === true && process.stdin.isTTY === true;
