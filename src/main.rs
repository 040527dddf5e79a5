fn main() {
    let args: Vec<String> = std::env::args().collect();
    let inputs =
        helmwright::spec::Inputs { files: vec![helmwright::spec::Input::Path(args[1].clone())], ..Default::default() };
    let release =
        helmwright::plan::Release { name: Some(args[2].as_str().into()), namespace: Some(args[3].as_str().into()) };
    match helmwright::render::render(&inputs, &release, &helmwright::pack::Catalog::embedded()) {
        Ok(r) => print!("{}", helmwright::write::manifests(&r.bundle)),
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(2)
        }
    }
}
