//! A page with the picture, and what it shows in words.

use std::fmt::Write as _;
use std::io;

use super::drawing::{Drawing, EdgeKind};
use super::svg::{LayoutFailed, escaped, svg};

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:13px;line-height:1.4;color:#1f2328;background:#fff;margin:1rem 1.5rem}
h1{font-size:1.3rem;margin:.2rem 0}
h2{font-size:1.05rem;margin:1.2rem 0 .3rem}
fieldset{border:0;padding:0;margin:.5rem 0}
fieldset label{margin-right:1rem}
.picture{overflow:auto;border:1px solid #d0d7de;max-height:85vh}
.picture svg{display:block}
body:has(#fit:checked) .picture svg{width:100%;height:auto}
body:has(#double:checked) .picture svg{zoom:2}
.picture :target>rect{stroke:#bf3989;stroke-width:4px}
table{border-collapse:collapse}
td,th{border:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f6f8fa}
a{color:inherit}
tr.blocked td:nth-child(3){color:#b3261e}
tr.open td:nth-child(3){color:#1a7f37}
tr.undetermined td:nth-child(3){color:#8a6d00}
@media (prefers-color-scheme:dark){
body{color:#e6edf3;background:#0d1117}
.picture,td,th{border-color:#30363d}
th{background:#161b22}
tr.blocked td:nth-child(3){color:#ff7b72}
tr.open td:nth-child(3){color:#3fb950}
tr.undetermined td:nth-child(3){color:#d9b44a}
}
@media print{fieldset{display:none}.picture{max-height:none}}
";

const SIZES: &str = "\
<fieldset><legend>Size of the picture</legend>
<label><input type=\"radio\" name=\"size\" id=\"actual\" checked=\"checked\"/> as it is</label>
<label><input type=\"radio\" name=\"size\" id=\"fit\"/> as wide as the page</label>
<label><input type=\"radio\" name=\"size\" id=\"double\"/> twice as large</label>
</fieldset>
";

/// Writes a page with the picture, and below it everything that is in it, in words.
///
/// # Errors
///
/// When it cannot be laid out, or `out` cannot be written to.
pub fn write_html(out: &mut impl io::Write, drawing: &Drawing) -> Result<(), LayoutFailed> {
    let title = escaped(drawing.title());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escaped(&drawing.in_words())
    );
    page.push_str(SIZES);
    page.push_str("<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"Picture\">\n");
    page.push_str(&svg(drawing)?);
    page.push_str("</div>\n");
    write_connections(&mut page, drawing);
    write_resources(&mut page, drawing);
    page.push_str("</body>\n</html>\n");
    out.write_all(page.as_bytes())?;
    Ok(())
}

/// A name that leads to its place in the picture.
fn link(drawing: &Drawing, index: usize) -> String {
    let name = drawing.items.get(index).map_or("", |item| item.address.as_str());
    format!("<a href=\"#n{index}\">{}</a>", escaped(name))
}

/// What is wrong first.
fn write_connections(page: &mut String, drawing: &Drawing) {
    if drawing.edges.is_empty() {
        return;
    }
    page.push_str("<h2>Connections</h2>\n<table>\n<thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Answer</th><th scope=\"col\">Connection</th></tr></thead>\n<tbody>\n");
    for kind in [EdgeKind::Blocked, EdgeKind::Undetermined, EdgeKind::Open, EdgeKind::Leads] {
        for edge in drawing.edges.iter().filter(|edge| edge.kind == kind) {
            let class = kind.as_str();
            let answer = if kind == EdgeKind::Leads { "private endpoint" } else { class };
            let (from, to, detail) = (link(drawing, edge.from), link(drawing, edge.to), escaped(&edge.detail));
            let _ = writeln!(
                page,
                "<tr class=\"{class}\"><td>{from}</td><td>{to}</td><td>{answer}</td><td>{detail}</td></tr>"
            );
        }
    }
    page.push_str("</tbody>\n</table>\n");
}

fn write_resources(page: &mut String, drawing: &Drawing) {
    page.push_str("<h2>Resources</h2>\n<table>\n<thead><tr><th scope=\"col\">Resource</th><th scope=\"col\">In</th><th scope=\"col\">Notes</th></tr></thead>\n<tbody>\n");
    for (index, item) in drawing.items.iter().enumerate() {
        let within = item.within.map_or_else(String::new, |outer| link(drawing, outer));
        let notes: Vec<&str> = item.notes.iter().chain(&item.alike).map(String::as_str).collect();
        let (name, notes) = (link(drawing, index), escaped(&notes.join(", ")));
        let _ = writeln!(page, "<tr><td>{name}</td><td>{within}</td><td>{notes}</td></tr>");
    }
    page.push_str("</tbody>\n</table>\n");
}
