//! `verifier trust` as an operator runs it: what is shown of a store, and what an exit status means.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    reason = "test code"
)]

mod program;
mod world;

use program::{Run, verifier, word};
use world::{AT, World};

fn trust(world: &World, words: &[&str]) -> Run {
    let store = world.store();
    let mut all = vec!["trust"];
    all.extend(words);
    all.extend(["--trust", word(&store)]);
    verifier(&all)
}

#[test]
fn coverage_says_ages_revoked_algorithms_and_the_crl() {
    let world = World::new();
    let run = trust(&world, &["coverage", "UTO", "--at", AT]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for column in
        ["revoked", "unsigned", "pinned", "oldest", "newest", "CRL", "keys", "signatures", "days ago"]
    {
        assert!(run.stdout.contains(column), "{column} is not in\n{}", run.stdout);
    }
    let state = &trust(&world, &["coverage", "UT", "--at", AT, "--json"]).json()[0];
    assert_eq!((&state["country"], &state["crls"], &state["revoked"]), (&"UT".into(), &1.into(), &0.into()));
    let anchors = state["roots"].as_u64().unwrap() + state["links"].as_u64().unwrap();
    for kinds in ["keys", "signatures"] {
        let counted: u64 =
            state[kinds].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(counted, anchors, "{kinds}");
    }
    for age in ["oldest_age_days", "newest_age_days", "crl_age_days"] {
        assert!(state[age].as_i64().unwrap() >= 0, "{age}");
    }
    assert!(state["oldest_age_days"].as_i64() >= state["newest_age_days"].as_i64());
    // Ten years on everything of today is ten years older, and the list is overdue.
    let later = trust(&world, &["coverage", "UT", "--at", "2036-11-21T10:00:00Z"]);
    assert!(later.stdout.contains("overdue"), "{}", later.stdout);

    let missing = trust(&world, &["coverage", "ATL", "--at", AT]);
    assert_eq!(missing.code, 2, "not a code: {}", missing.stderr);
    let missing = trust(&world, &["coverage", "AT", "--at", AT, "--json"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (3, ""));
    assert!(missing.stderr.contains("no valid anchor for AT"));
}

#[test]
fn show_says_where_a_certificate_came_from_and_what_it_is_linked_to() {
    let world = World::new();
    let run = trust(&world, &["show", "UTO"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for said in [
        "validity ",
        "key      ",
        "signed   ",
        "key id   ",
        "issuer's ",
        "pinned   by the operator",
        "from     pin csca.cer",
        "from     master list utopia.ml signed by ",
        "issued   by its own key",
        "CRL      not named by the list of ",
    ] {
        assert!(run.stdout.contains(said), "{said:?} is not in\n{}", run.stdout);
    }
    // Both ends of a link name each other.
    let all = trust(&world, &["show", "UTO", "--json"]).json();
    let link = all.iter().find(|one| {
        one["standing"] == "anchor"
            && one["authority_key_identifier"].is_string()
            && one["authority_key_identifier"] != one["subject_key_identifier"]
    });
    if let Some(link) = link {
        let hash = link["sha256"].as_str().unwrap();
        let shown = trust(&world, &["show", hash]).stdout;
        assert!(shown.contains("issued   by "), "{shown}");
        assert!(
            run.stdout.contains(&format!("issues   {}", &hash[..16])),
            "{hash} has no issuer in\n{}",
            run.stdout
        );
    }
    assert!(all.iter().all(|one| one["key"].is_string() && one["signature"].is_string()));
    assert_eq!(trust(&world, &["show", "nobody at all"]).code, 2);
}

#[test]
fn what_cannot_be_read_is_2_and_what_is_not_trusted_is_3() {
    let world = World::new();
    let stranger = world.path("stranger");
    let list = world.path("utopia.ml");
    let refused = verifier(&["trust", "import", "--trust", word(&stranger), "--at", AT, word(&list)]);
    assert_eq!(refused.code, 3);
    let hint = refused.stdout.find("SHA-256 ").map(|at| &refused.stdout[at + 8..at + 72]).unwrap();
    // What it says to pin is what makes it taken.
    let pinned = trust(&world, &["show", hint]);
    assert_eq!(pinned.code, 0, "{hint} is named and not there: {}", pinned.stderr);

    let files: [(&str, Vec<u8>); 5] = [
        ("empty", Vec::new()),
        ("noise", (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ("list.gz", vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0]),
        ("page.html", b"<html>404</html>".to_vec()),
        ("cut.ml", std::fs::read(&list).unwrap()[..3000].to_vec()),
    ];
    for (name, content) in &files {
        let path = world.write(name, content);
        for words in [vec!["import"], vec!["import", "--pin"], vec!["pin"]] {
            let mut words = words;
            words.push(word(&path));
            assert_eq!(trust(&world, &words).code, 2, "{words:?}");
        }
    }
    assert_eq!(trust(&world, &["import", word(world.folder.path())]).code, 2, "a folder");
    assert_eq!(trust(&world, &["import"]).code, 2, "nothing");
    // What was good beside it is taken all the same, and standard output is JSON alone.
    let both = verifier(&[
        "trust",
        "import",
        "--trust",
        word(&world.path("other")),
        "--at",
        AT,
        "--json",
        "--pin",
        word(&world.path("csca.cer")),
        word(&world.path("empty")),
        word(&list),
    ]);
    assert_eq!((both.code, both.stderr.as_str(), both.json().len()), (2, "", 1));
    assert_eq!(both.json()[0]["changed"], true);
}

#[test]
fn a_crl_is_a_difference_between_two_snapshots() {
    let world = World::new();
    let store = world.path("diff");
    let csca = world.path("csca.cer");
    let import = |file: &std::path::Path| {
        let run = verifier(&["trust", "import", "--trust", word(&store), "--at", AT, "--json", word(file)]);
        assert_eq!(run.code, 0, "{}", run.stdout);
        run.json()[0]["snapshot"].as_str().unwrap().to_owned()
    };
    let before = import(&csca);
    import(&world.path("utopia.crl"));
    let words = ["trust", "diff", &before, "--trust", word(&store)];
    let text = verifier(&words).stdout;
    assert!(text.contains("+ CRL of 2026-") && text.contains("utopia.crl, SHA-256 "), "{text}");
    let json = &verifier(&[&words[..], &["--json"]].concat()).json()[0];
    assert_eq!(json["new_sources"].as_array().unwrap().len(), 1);
    assert_eq!(json["new_sources"][0]["kind"], "CRL");
}

/// The certificates of so many roots of one name and key, as a list without a signature.
fn namesakes(world: &World, count: u16) -> Vec<u8> {
    use verifier_fixtures::der;
    use verifier_fixtures::forge::certificate::{CertificateBuilder, Profile};
    use verifier_fixtures::key::{Curve, Hash, PrivateKey, Scheme};
    let key = PrivateKey::ec(77, "namesakes", Curve::P256);
    let from = world.utopia.today() - time::Duration::days(100);
    let until = from + time::Duration::days(4000);
    let mut builder = CertificateBuilder::new(Profile::Csca, &key, None, from, until);
    let certificates: Vec<Vec<u8>> = (0..count)
        .map(|number| {
            builder.serial = [&[0x40][..], &number.to_be_bytes()].concat();
            builder.sign(&key, Scheme::Ecdsa(Hash::Sha256))
        })
        .collect();
    der::sequence(&[der::integer(0), der::set_of(&certificates)])
}

#[test]
fn hundreds_of_one_name_are_shown_in_bounded_time() {
    let world = World::new();
    let list = world.write("namesakes", &namesakes(&world, 300));
    let store = world.path("crowd");
    let imported =
        verifier(&["trust", "import", "--trust", word(&store), "--at", AT, "--unsigned", word(&list)]);
    assert_eq!(imported.code, 0, "{}", imported.stdout);
    let run = verifier(&["trust", "show", "UT", "--trust", word(&store)]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("300 certificates match; the first 40 are shown whole"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("UT ")).count(), 300);
    assert_eq!(run.stdout.matches("    SHA-256  ").count(), 40);
}

#[test]
fn pipes_and_missing_files_hold_up_nothing() {
    let world = World::new();
    let pipe = world.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for words in [["import", word(&pipe)], ["pin", word(&pipe)]] {
        let run = trust(&world, &words);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stdout.contains("not a regular file"), "{}", run.stdout);
    }
    // Missing beside something that is there: the rest is imported. Missing alone: no store is begun.
    let (fresh, missing, csca) = (world.path("fresh"), world.path("missing"), world.path("csca.cer"));
    let store = ["--trust", word(&fresh)];
    let alone = verifier(&[&["trust", "import", word(&missing)][..], &store].concat());
    assert_eq!((alone.code, alone.stdout.as_str(), fresh.exists()), (2, "", false), "{}", alone.stderr);
    let both = verifier(&[&["trust", "import", word(&missing), word(&csca), "--json"][..], &store].concat());
    assert_eq!((both.code, &both.json()[0]["changed"]), (2, &true.into()), "{}", both.stdout);
    assert_eq!(both.json()[0]["pinned"][0]["standing"], "anchor");
}

#[test]
fn what_strangers_wrote_steers_no_terminal() {
    let world = World::new();
    let name = "x\u{1b}[31m\u{202e}.cer";
    let path = world.write(name, &std::fs::read(world.path("csca.cer")).unwrap());
    let wild = |text: &str| text.chars().any(|c| c != '\n' && verifier_chip::display::shown(c) != c);
    let missing = world.path("y\u{1b}[31m\u{202e}");
    for words in [
        vec!["import", word(&path)],
        vec!["import", "--json", word(&path)],
        vec!["history"],
        vec!["history", "--json"],
        vec!["import", word(&missing)],
        vec!["show", word(&missing)],
    ] {
        let run = trust(&world, &words);
        assert!(!wild(&run.stdout) && !wild(&run.stderr), "{words:?}\n{:?}\n{:?}", run.stdout, run.stderr);
    }
    let capture = world.path("case\u{1b}[31m\u{202e}");
    std::fs::create_dir(&capture).unwrap();
    std::fs::write(capture.join("capture.json"), r#"{"schema": "verifier.capture/1"}"#).unwrap();
    let report = world.path("report.html");
    for more in [vec![], vec!["--json"], vec!["--report", word(&report)]] {
        let run = verifier(&[&["chip", "check", word(&capture)][..], &more].concat());
        assert!(!wild(&run.stdout) && !wild(&run.stderr), "{more:?}\n{:?}\n{:?}", run.stdout, run.stderr);
    }
    assert!(!wild(&std::fs::read_to_string(report).unwrap()));
}

#[test]
fn a_store_that_lost_its_current_is_not_begun_anew() {
    let world = World::new();
    let current = world.store().join("current");
    std::fs::remove_file(&current).unwrap();
    for words in [vec!["list"], vec!["coverage"], vec!["history"], vec!["export"]] {
        let run = trust(&world, &words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
        assert!(run.stderr.contains("restore the store"), "{}", run.stderr);
    }
    let csca = world.path("csca.cer");
    assert_eq!(trust(&world, &["pin", word(&csca)]).code, 2);
    assert!(!current.exists());
}

#[test]
fn unsigned_anchors_are_marked_in_the_export() {
    let world = World::new();
    let csca = world.utopia.ml_signer_csca().to_vec();
    // CscaMasterList (Doc 9303-12 9): version 0 and a SET of certificates, long forms of length.
    let long = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content].concat()
    };
    let bare = world.write("bare.bin", &long(0x30, &[&[2, 1, 0], long(0x31, &csca).as_slice()].concat()));
    let store = world.path("bare-store");
    let import = |more: &[&str]| {
        let mut words = vec!["trust", "import", "--trust", word(&store), "--at", AT, word(&bare)];
        words.extend(more);
        verifier(&words).code
    };
    assert_eq!(import(&[]), 3);
    assert_eq!(import(&["--unsigned"]), 0);
    let export = verifier(&["trust", "export", "--trust", word(&store)]).stdout;
    assert_eq!((export.matches("BEGIN CERTIFICATE").count(), export.matches("# unsigned").count()), (1, 1));
    assert!(!trust(&world, &["export"]).stdout.contains("# unsigned"));
}
