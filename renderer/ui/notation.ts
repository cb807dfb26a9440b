/** `97.1 %`. */
export const inPercent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
