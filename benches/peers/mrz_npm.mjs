// npm `mrz` on the same TD3 zone, in its own runtime. Run: npm install mrz@5.0.2; node mrz_npm.mjs
import { parse } from 'mrz';

const zone = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
for (let i = 0; i < 20000; i++) parse(zone);
let best = Infinity;
const number = 20000;
for (let round = 0; round < 7; round++) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < number; i++) parse(zone);
  best = Math.min(best, Number(process.hrtime.bigint() - start) / number);
}
console.log(`npm mrz 5.0.2, parse, best of 7 x ${number}: ${(best / 1000).toFixed(2)} us`);
