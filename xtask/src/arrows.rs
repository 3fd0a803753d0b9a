//! The arrows between rooms: `arrows.toml` names the allowed normal dependencies, everything else is a fault.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::shell::{Chore, output};

/// The table of `arrows.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// For each room the rooms it may use; `*` is every room that is not restricted against it.
    rooms: BTreeMap<String, Vec<String>>,
    /// Rooms that only the named ones may use.
    restricted: BTreeMap<String, Vec<String>>,
}

/// Prints every edge that the table does not allow; fails when there is one.
pub(crate) fn run() -> Chore {
    let faults = faults(&edges()?)?;
    for fault in &faults {
        println!("arrow: {fault}");
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(format!("{} arrows that arrows.toml does not allow", faults.len()))
    }
}

/// Every edge between members of the workspace, as Cargo's own metadata tells it (normal dependencies only).
fn edges() -> Result<Vec<(String, String)>, String> {
    let text = output("cargo", &["metadata", "--no-deps", "--format-version", "1"])?;
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages =
        metadata.get("packages").and_then(|list| list.as_array()).ok_or("metadata names no packages")?;
    let text_of = |value: &serde_json::Value, key: &str| {
        value.get(key).and_then(|found| found.as_str()).unwrap_or_default().to_owned()
    };
    let members: Vec<String> = packages.iter().map(|package| text_of(package, "name")).collect();
    let mut edges: Vec<(String, String)> = members.iter().map(|name| (name.clone(), String::new())).collect();
    for package in packages {
        let dependencies = package.get("dependencies").and_then(|list| list.as_array());
        for dependency in dependencies.into_iter().flatten() {
            let normal = dependency.get("kind").is_none_or(serde_json::Value::is_null);
            let to = text_of(dependency, "name");
            if normal && members.contains(&to) {
                edges.push((text_of(package, "name"), to));
            }
        }
    }
    Ok(edges)
}

fn faults(edges: &[(String, String)]) -> Result<Vec<String>, String> {
    let table: Table = toml::from_str(include_str!("../arrows.toml")).map_err(|error| error.to_string())?;
    let mut faults = Vec::new();
    for (from, to) in edges {
        let Some(allowed) = table.rooms.get(from) else {
            faults.push(format!("{from} is not a room of arrows.toml"));
            continue;
        };
        if to.is_empty() {
            continue;
        }
        let restricted = table.restricted.get(to).is_some_and(|only| !only.contains(from));
        let listed = allowed.iter().any(|room| room == to || room == "*");
        if restricted || !listed {
            faults.push(format!("{from} -> {to}"));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod unit {
    use super::{edges, faults};

    #[test]
    fn the_workspace_has_only_allowed_arrows() {
        let edges = edges().expect("cargo metadata answers");
        assert!(edges.len() > 20, "the workspace has rooms and arrows, not {}", edges.len());
        assert_eq!(faults(&edges).expect("arrows.toml parses"), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        let upward = [("verifier-mrz".to_owned(), "verifier-core".to_owned())];
        assert_eq!(faults(&upward).expect("arrows.toml parses"), ["verifier-mrz -> verifier-core"]);
        let key_leak = [("verifier-core".to_owned(), "verifier-fixtures".to_owned())];
        assert_eq!(faults(&key_leak).expect("arrows.toml parses"), ["verifier-core -> verifier-fixtures"]);
    }
}
