//! The style sheet of the HTML report.

/// Colours are named once for light and once for dark; everything else refers to the names.
pub(super) const STYLE: &str = r"
:root{--bg:#f6f7f9;--card:#fff;--ink:#15202b;--soft:#56657a;--line:#d9dfe7;--accent:#1f5fa8;
--ok:#157a3c;--ok-bg:#e3f5e9;--bad:#b3261e;--bad-bg:#fde8e6;--warn:#8a5a00;--warn-bg:#fff2d1;
--none:#5d6875;--none-bg:#eceff3;--stop:#111;--stop-bg:#dcdcdc;--box:#d6006c}
@media(prefers-color-scheme:dark){:root{--bg:#10151b;--card:#19212a;--ink:#e7edf3;--soft:#9db0c3;--line:#2d3946;--accent:#7db7f5;
--ok:#6fdc97;--ok-bg:#12351f;--bad:#ff9d94;--bad-bg:#451a17;--warn:#ffd479;--warn-bg:#3f2f0a;
--none:#a9b6c4;--none-bg:#27313c;--stop:#f0f0f0;--stop-bg:#3a3a3a;--box:#ff5fae}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,'Segoe UI','DejaVu Sans',sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;margin:0 0 4px}
h2{font-size:19px;margin:0}
h3{font-size:13px;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:22px 0 8px}
p{margin:6px 0}
.soft{color:var(--soft)}
.mono{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:13px;overflow-wrap:anywhere}
.tallies{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
.badge{display:inline-flex;align-items:center;gap:.45em;padding:2px 10px;border-radius:999px;font-weight:600;white-space:nowrap;border:1px solid currentColor}
.badge i{font-style:normal}
.successful{color:var(--ok);background:var(--ok-bg)}
.failed{color:var(--bad);background:var(--bad-bg)}
.undetermined{color:var(--warn);background:var(--warn-bg)}
.not-supported{color:var(--none);background:var(--none-bg)}
.aborted{color:var(--stop);background:var(--stop-bg)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;background:var(--card)}
th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line)}
th{font-size:12px;text-transform:uppercase;letter-spacing:.05em;color:var(--soft)}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td .mono{display:block;overflow-wrap:normal;white-space:nowrap}
a{color:var(--accent)}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:22px 0;padding:0 20px 18px;break-inside:avoid-page}
article>details>summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;padding:14px 0;list-style-position:outside}
article>details>summary h2{flex:1 1 320px;overflow-wrap:anywhere}
.reason{border-left:4px solid currentColor;padding:6px 12px;margin:8px 0;border-radius:0 6px 6px 0}
.reason p{color:var(--ink);margin:2px 0}
.lights{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:14px}
figure{margin:0}
figure svg{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:6px;background:#000}
figure.portrait{max-width:300px}
figure.portrait img{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:6px}
figcaption{font-size:13px;color:var(--soft);margin-top:4px}
.chain{display:flex;flex-wrap:wrap;gap:8px;align-items:stretch}
.link{flex:1 1 220px;border:1px solid var(--line);border-radius:8px;padding:10px 12px;background:var(--bg)}
.link b{display:block;margin-bottom:4px}
.link dl{margin:0;font-size:13px}
.arrow{align-self:center;color:var(--soft);font-size:20px}
.groups{display:flex;flex-wrap:wrap;gap:6px;margin-top:8px}
.groups .badge{font-size:12px;font-weight:500}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:8px;padding-bottom:40px;color:var(--soft);font-size:13px}
@media print{details{display:block}article{border:none;padding:0}}
";
