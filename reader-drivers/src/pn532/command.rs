//! Command codes, parameters and status values of the PN532 (NXP UM0701-02, section 7).

/// Self tests.
pub const DIAGNOSE: u8 = 0x00;
/// Which chip, which firmware.
pub const GET_FIRMWARE_VERSION: u8 = 0x02;
/// Reads registers.
pub const READ_REGISTER: u8 = 0x06;
/// Writes registers.
pub const WRITE_REGISTER: u8 = 0x08;
/// Changes the bit rate of the serial line.
pub const SET_SERIAL_BAUD_RATE: u8 = 0x10;
/// Sets what the chip does by itself.
pub const SET_PARAMETERS: u8 = 0x12;
/// Configures the security module; also what wakes the chip up.
pub const SAM_CONFIGURATION: u8 = 0x14;
/// Sends the chip to sleep.
pub const POWER_DOWN: u8 = 0x16;
/// Configures the radio field.
pub const RF_CONFIGURATION: u8 = 0x32;
/// Exchanges data with a target, ISO/IEC 14443-4 done by the chip.
pub const IN_DATA_EXCHANGE: u8 = 0x40;
/// Exchanges raw data with whatever is in the field.
pub const IN_COMMUNICATE_THRU: u8 = 0x42;
/// Deselects a target.
pub const IN_DESELECT: u8 = 0x44;
/// Looks for targets and activates them.
pub const IN_LIST_PASSIVE_TARGET: u8 = 0x4A;
/// Forgets a target.
pub const IN_RELEASE: u8 = 0x52;
/// Selects a target again.
pub const IN_SELECT: u8 = 0x54;

/// Parameter of [`DIAGNOSE`]: echoes the data.
pub const TEST_LINE: u8 = 0x00;
/// Parameter of [`DIAGNOSE`]: is the ISO/IEC 14443-4 target still there?
pub const TEST_PRESENCE: u8 = 0x06;

/// Bit of [`SET_PARAMETERS`]: ATR_RES is sent by the chip.
pub const AUTO_ATR_RES: u8 = 0x04;
/// Bit of [`SET_PARAMETERS`]: RATS is sent by the chip, the answer to select comes with the target.
pub const AUTO_RATS: u8 = 0x10;

/// Modulation of [`IN_LIST_PASSIVE_TARGET`]: 106 kbit/s, ISO/IEC 14443 type A.
pub const TYPE_A: u8 = 0x00;
/// Modulation of [`IN_LIST_PASSIVE_TARGET`]: 106 kbit/s, ISO/IEC 14443 type B.
pub const TYPE_B: u8 = 0x03;

/// Bit of a target number and of a status: more of the same message follows.
pub const MORE: u8 = 0x40;
/// Error bits of a status.
pub const STATUS_MASK: u8 = 0x3F;

/// Status: the target did not answer.
pub const STATUS_TIMEOUT: u8 = 0x01;
/// Status: the command is not allowed now.
pub const STATUS_CONTEXT: u8 = 0x27;
/// Status: the target was released by its initiator.
pub const STATUS_RELEASED: u8 = 0x29;
/// Status: the card of that identifier is no longer there.
pub const STATUS_CARD_GONE: u8 = 0x2B;

/// Bit rates of [`SET_SERIAL_BAUD_RATE`], by code.
pub const BAUD_RATES: [u32; 9] =
    [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600, 1_288_000];
