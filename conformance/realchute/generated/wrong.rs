//! What a typed client is for: the compiler refuses each line that is marked, and no other.

#[path = "real_chute.rs"]
mod real_chute;

use real_chute::{FullInput, RealChute};

async fn wrong(real: RealChute) -> Result<(), chutes_client::Error> {
    real.generate().await?; // wrong: the arguments are missing
    FullInput::new(1); // wrong: a number
    let _ = FullInput { max_tokens: Some("2"), ..FullInput::new("x") }; // wrong: a text
    let _ = FullInput { stepps: Some(3), ..FullInput::new("x") }; // wrong: no such field
    real.echo("x").await?; // wrong: no object
    let answer = real.generate(&FullInput { max_tokens: Some(2), ..FullInput::new("x") }).await?;
    let _ = answer.tokens; // wrong: no such field of the answer
    real.inner_echo().await?; // wrong: no such cord
    let _ = answer.tokens_used + 1;
    Ok(())
}

fn main() {
    let _ = wrong;
}
