// Figures and moments as people read them.
const units = ['bytes', 'kB', 'MB', 'GB'];

export function size(bytes) {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: power && 1 }).format(bytes / 1000 ** power)} ${units[power]}`;
}

export const percent = (share) => `${Math.floor(share * 100)} %`;

export const moment = (text) => new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' }).format(new Date(text));
